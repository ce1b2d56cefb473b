import { Refusal } from '../errors.ts'

const MAX_DEPTH = 32

/** Refuses text nested deeper than 32 levels before it is parsed, so that no parser recurses without bound. */
function assertShallow(text: string): void {
  let depth = 0
  let inText = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (inText) {
      if (code === 92) i++
      else if (code === 34) inText = false
    } else if (code === 34) inText = true
    else if (code === 123 || code === 91) {
      if (++depth > MAX_DEPTH)
        throw new Refusal('BAD_REQUEST', 'The body is nested too deeply.', { details: [{ reason: 'too_deep' }] })
    } else if (code === 125 || code === 93) depth--
  }
}

function refuseProto(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new SyntaxError('__proto__')
  return value
}

/** Parses a request body. Throws BAD_REQUEST for what is not JSON, too deep, or carries `__proto__`. */
export function parseJsonBody(text: string): unknown {
  if (text.trim() === '') return undefined
  assertShallow(text)
  try {
    // A name can hide in escapes alone; what has neither is not looked through member by member.
    return text.includes('__proto__') || text.includes('\\u') ? JSON.parse(text, refuseProto) : JSON.parse(text)
  } catch {
    throw new Refusal('BAD_REQUEST', 'The body is not readable JSON.', { details: [{ reason: 'unreadable' }] })
  }
}
