import { CompiledQuery } from 'kysely'

const texts = new WeakMap<TemplateStringsArray, string>()

/**
 * A statement whose text is the same at every use; what stands between its parts are values alone. It is put together
 * once, where the builder walks its tree each time: for statements that most requests send.
 */
export function fixed<Row>(parts: TemplateStringsArray, ...values: readonly unknown[]): CompiledQuery<Row> {
  let text = texts.get(parts)
  if (text === undefined) {
    text = parts.reduce((before, part, place) => `${before}$${place}${part}`)
    texts.set(parts, text)
  }
  return CompiledQuery.raw(text, [...values]) as CompiledQuery<Row> // the row type is the caller's word, as with sql
}
