import { createHash } from 'node:crypto'
import { BUNDLE_FORMAT, type BundleEvent, type BundleHeader, type BundleRecord } from './bundle-records.ts'

/**
 * Writes a bundle line by line, in the order the reader demands: header, keys, the start's own checkpoint, events each
 * followed by the checkpoints at its seq, then later checkpoints with their proofs, and the trailer.
 */
export class BundleWriter {
  readonly #digest = createHash('sha256')
  #events = 0

  #line(text: string): string {
    const line = `${text}\n`
    this.#digest.update(line)
    return line
  }

  header(header: BundleHeader): string {
    return this.#line(JSON.stringify({ t: 'H', format: BUNDLE_FORMAT, ...header }))
  }

  event({ seq, canon, link }: BundleEvent): string {
    this.#events++
    // The reader takes this line apart by its exact form.
    return this.#line(
      `{"t":"E","seq":${seq},"canon":"${canon.toString('base64')}","link":"${link.toString('base64')}"}`,
    )
  }

  record(record: BundleRecord): string {
    return this.#line(JSON.stringify(record))
  }

  trailer(): string {
    return `${JSON.stringify({ t: 'Z', events: this.#events, sha256: this.#digest.digest('hex') })}\n`
  }
}
