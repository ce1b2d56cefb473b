import type { ByteSource } from './byte-source.ts'

/** Tab, line feed, form feed, carriage return and the end mark of old editors are text; other controls are not. */
const ALLOWED_CONTROLS = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x1a])
const isControl = (byte: number): boolean => (byte < 0x20 && !ALLOWED_CONTROLS.has(byte)) || byte === 0x7f

/** Bytes above ASCII are rare in honest Western text; random bytes are half of them. */
const EIGHT_BIT_SHARE = 0.25

/**
 * Reads the whole file as a stream. UTF-8 it must be, or else an 8-bit encoding of the desk; either way without NUL and
 * other control bytes. UTF-16 holds NULs and is refused.
 */
export const isPlainText = async (source: ByteSource): Promise<boolean> => {
  const decoder = utf8Checker()
  let high = 0
  for await (const piece of await source.stream()) {
    const chunk: Uint8Array = piece
    if (chunk.some(isControl)) return false
    for (const byte of chunk) if (byte >= 0x80) high += 1
    decoder.feed(chunk)
  }
  return decoder.end() || high / source.size < EIGHT_BIT_SHARE
}

const utf8Checker = () => {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let valid = true
  const attempt = (work: () => unknown) => {
    if (!valid) return
    try {
      work()
    } catch {
      // A fatal decoder has no other reason to throw.
      valid = false
    }
  }
  return {
    feed: (chunk: Uint8Array) => attempt(() => decoder.decode(chunk, { stream: true })),
    end: (): boolean => {
      attempt(() => decoder.decode())
      return valid
    },
  }
}
