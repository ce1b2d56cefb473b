import { type NoteKey, signerOf } from '@zenops/audit/notes'
import type { ReadyConfig } from '../../../config.ts'
import { keyNameOf } from '../sealing/ground.ts'
import type { Journal, Published } from '../sealing/notary.ts'
import { journalOf } from '../sealing/sinks/open.ts'

/** What a log is judged by. None of it lies in the database, whose owner could write it anew together with the log. */
export interface Trust {
  /** Host of the origins. */
  readonly host: string
  readonly keys: readonly NoteKey[]
  /** Newest published note of each origin. */
  readonly published: ReadonlyMap<string, Published>
}

/** The journal could not be read, so nothing can be judged. */
export class JournalUnreadable extends Error {}

type Configured = Pick<ReadyConfig, 'AUDIT_ORIGIN' | 'AUDIT_SIGNING_KEY' | 'AUDIT_TRUSTED_KEYS'>

/** Keys of the configuration and those that signers have put down in the journal; what the journal says was published. */
export async function trustIn(config: Configured, journal: Pick<Journal, 'latest'>): Promise<Trust> {
  const name = keyNameOf(config.AUDIT_ORIGIN)
  const told = await journal.latest().catch((error: unknown) => {
    throw new JournalUnreadable('the journal of published notes cannot be read', { cause: error })
  })
  const own = (config.AUDIT_SIGNING_KEY ?? []).map(
    (seed): NoteKey => ({ name, publicKey: signerOf(name, seed).publicKey }),
  )
  const keys = [...own, ...config.AUDIT_TRUSTED_KEYS, ...told.keys]
  return {
    host: config.AUDIT_ORIGIN,
    keys: [...new Map(keys.map((key) => [`${key.name} ${key.publicKey.toString('hex')}`, key])).values()],
    published: told.notes,
  }
}

/** The trust of an installation. */
export const trustOf = (config: ReadyConfig): Promise<Trust> =>
  trustIn(
    config,
    journalOf(config, () => new Date()),
  )
