/** A policy's expression taken apart at AND, OR and EXISTS, as PostgreSQL prints it. */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] }
  | { readonly kind: 'around'; readonly before: string; readonly inner: Expression; readonly after: string }
  | { readonly kind: 'atom'; readonly text: string }

/** Calls `at` for each character outside of quotes, with the depth of brackets before it. */
function scan(text: string, at: (index: number, depth: number) => void): void {
  let depth = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (c === "'") quoted = !quoted
    if (quoted) continue
    at(i, depth)
    if (c === '(') depth++
    else if (c === ')') depth--
  }
}

function splitAt(text: string, word: string): string[] {
  const cuts: number[] = []
  scan(text, (i, depth) => {
    if (depth === 0 && text.startsWith(word, i)) cuts.push(i)
  })
  return [...cuts, text.length].map((end, n) => text.slice(n === 0 ? 0 : (cuts[n - 1] ?? 0) + word.length, end).trim())
}

/** Without the one pair of brackets around the whole. */
function bare(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) return text
  let whole = true
  scan(text, (i, depth) => {
    if (text[i] === ')' && depth === 1 && i < text.length - 1) whole = false
  })
  return whole ? bare(text.slice(1, -1).trim()) : text
}

export function parseExpression(source: string): Expression {
  const text = bare(source.trim())
  for (const [word, kind] of [
    [' OR ', 'or'],
    [' AND ', 'and'],
  ] as const) {
    const parts = splitAt(text, word)
    if (parts.length > 1) return { kind, parts: parts.map(parseExpression) }
  }
  if (text.startsWith('NOT '))
    return { kind: 'around', before: 'NOT ', inner: parseExpression(text.slice(4)), after: '' }
  const where = text.startsWith('EXISTS (') ? text.indexOf('WHERE ') : -1
  if (where > 0) {
    return {
      kind: 'around',
      before: text.slice(0, where + 6),
      inner: parseExpression(text.slice(where + 6, -1)),
      after: ')',
    }
  }
  return { kind: 'atom', text }
}

export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'atom':
      return `(${expression.text})`
    case 'around':
      return `(${expression.before}${printExpression(expression.inner)}${expression.after})`
    case 'and':
    case 'or':
      return `(${expression.parts.map(printExpression).join(expression.kind === 'and' ? ' AND ' : ' OR ')})`
  }
}

export interface Shortened {
  readonly expression: Expression
  /** The part that is gone, as text. */
  readonly removed: string
  readonly from: 'and' | 'or'
}

/** The expression with one part of one AND or OR left out, for every such part. */
export function withoutOnePart(expression: Expression): Shortened[] {
  if (expression.kind === 'atom') return []
  if (expression.kind === 'around') {
    return withoutOnePart(expression.inner).map((one) => ({
      ...one,
      expression: { ...expression, inner: one.expression },
    }))
  }
  const { parts } = expression
  return parts.flatMap((part, index): Shortened[] => [
    {
      expression: { ...expression, parts: parts.filter((_, i) => i !== index) },
      removed: printExpression(part),
      from: expression.kind,
    },
    ...withoutOnePart(part).map(
      (one): Shortened => ({
        ...one,
        expression: { ...expression, parts: parts.map((other, i) => (i === index ? one.expression : other)) },
      }),
    ),
  ])
}
