import { judgeNote, type NoteKey, type NoteSigner, parseVkey, signNote, vkeyOf } from '@zenops/audit/notes'

const ORIGIN = /^.+\/audit\/keys$/
const originOfKeys = (host: string): string => `${host}/audit/keys`

/** Makes keys known outside of the database: their verifier keys, signed by each of them. */
export const keyNote = (host: string, signers: readonly NoteSigner[]): string =>
  signNote(originOfKeys(host), [originOfKeys(host), ...signers.map((signer) => vkeyOf(signer)), ''].join('\n'), signers)

/** The keys that a note makes known, each proven by its own signature; none where it is no such note. */
export function keysOfNote(note: string): NoteKey[] {
  const [origin = '', ...lines] = note.slice(0, Math.max(note.indexOf('\n\n'), 0)).split('\n')
  if (!ORIGIN.test(origin)) return []
  try {
    const keys = lines.map((line) => parseVkey(line))
    return keys.filter((key) => judgeNote(note, origin, [key]) === 'signed')
  } catch (error) {
    if (error instanceof TypeError) return []
    throw error
  }
}
