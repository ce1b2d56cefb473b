/** One server-sent event; `data` joins its lines with a line feed. */
export interface ServerEvent {
  readonly event: string
  readonly data: string
  readonly id: string | null
}

/** An event larger than this is a fault of the stream, in characters. */
const MAX_EVENT = 1024 * 1024

/** Collects lines into events by the rules of the standard; comments and unknown fields are passed over. */
export function eventCollector(): { push(chunk: string): ServerEvent[] } {
  let rest = ''
  let event = ''
  let id: string | null = null
  let data: string[] = []

  function takeLine(line: string): ServerEvent | null {
    if (line === '') {
      const done = data.length > 0 ? { event: event || 'message', data: data.join('\n'), id } : null
      event = ''
      data = []
      return done
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') data.push(value)
    else if (field === 'event') event = value
    else if (field === 'id') id = value
    return null
  }

  return {
    push(chunk) {
      rest += chunk
      if (rest.length > MAX_EVENT) throw new RangeError('server-sent event too large')
      // A trailing CR may be the first half of CRLF, so it waits for the next chunk.
      const complete = rest.endsWith('\r') ? rest.slice(0, -1) : rest
      const lines = complete.split(/\r\n|\n|\r/)
      const open = lines.pop() ?? ''
      rest = open + (rest.endsWith('\r') ? '\r' : '')
      return lines.map(takeLine).filter((one) => one !== null)
    },
  }
}

/** Events of a byte stream, in order. Cancels the stream when the caller stops. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncIterable<ServerEvent> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const collector = eventCollector()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield* collector.push(decoder.decode(value, { stream: true }))
    }
  } finally {
    await reader.cancel().catch(() => null)
  }
}
