import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PostgresQueryCompiler, type RawBuilder, sql } from 'kysely'
import { compileOnly } from './database.ts'

/** The text and values as the builder makes them without any memory. */
function plain(builder: RawBuilder<unknown>) {
  const compiled = new PostgresQueryCompiler().compileQuery(builder.toOperationNode() as never, { queryId: 'x' }) // a raw node is a root
  return { sql: compiled.sql, parameters: compiled.parameters }
}
function remembered(builder: RawBuilder<unknown>) {
  const compiled = builder.compile(compileOnly)
  return { sql: compiled.sql, parameters: compiled.parameters }
}

const inner = (value: unknown) => sql`n = ${value}`
const SHAPES: readonly ((n: number) => RawBuilder<unknown>)[] = [
  (n) => sql`select ${n}, ${'a'}`,
  (n) => sql`select ${n} where ${inner('b')} and ${inner(n)}`,
  (n) => sql`select ${n} where ${n % 2 === 0 ? sql`true` : inner(n)}`,
  (n) =>
    sql`select ${sql.ref('t.a')} from ${sql.table('s.t')} where ${sql.id('s', 't')} = ${n} and ${sql.ref('b')} = ${n + 1}`,
  (n) => sql`values ${sql.join(Array.from({ length: 1 + (n % 3) }, (_, i) => sql`(${i}, ${n})`))}`,
  (n) => sql`select ${sql.lit(n % 3)}, ${sql.raw(`x${n % 2}`)}, ${n}`,
  (n) => sql`select ${sql.join(['a', 'b', n])} ${sql``} ${sql.val(n)}`,
  (n) => sql`in ${sql.join(Array.from({ length: 400 }, (_, i) => i + n))}`,
]

test('a statement found again has the text and the values that it has when it is made anew', () => {
  for (let n = 0; n < 12; n++) {
    for (const shape of SHAPES) assert.deepEqual(remembered(shape(n)), plain(shape(n)))
  }
})

test('statements of one shape share one text, those of another do not', () => {
  const [first, second] = [sql`select ${1}`, sql`select ${1}`].map((one) => one.compile(compileOnly).sql)
  assert.equal(first, second)
  const of = (condition: RawBuilder<unknown>) => sql`select 1 where ${condition}`.compile(compileOnly).sql
  assert.equal(of(inner(1)), of(inner('other')))
  assert.notEqual(of(inner(1)), of(sql`m = ${1}`))
  assert.notEqual(of(sql.ref('a.b')), of(sql.ref('b')))
})
