import {
  type CompiledQuery,
  type OperationNode,
  PostgresQueryCompiler,
  type QueryId,
  RawNode,
  type RootOperationNode,
} from 'kysely'

/** How far a statement's parts are known to lead: the next part, and the text when nothing comes after. */
interface Place {
  readonly next: Map<unknown, Place>
  text: string | undefined
}

const newPlace = (): Place => ({ next: new Map(), text: undefined })

/** Beyond these a statement is put together anew each time, so that memory stays bounded. */
const MAX_PLACES = 20_000
const MAX_STEPS = 300

const VALUE = Symbol('a value')
const LITERAL = Symbol('a literal')

/** Nodes that are nothing but names. */
const NAMES: ReadonlySet<string> = new Set([
  'ReferenceNode',
  'ColumnNode',
  'TableNode',
  'SchemableIdentifierNode',
  'SelectAllNode',
])

/** One walk through the parts of a statement, gathering its values in the order of their placeholders. */
class Walk {
  readonly values: unknown[] = []
  readonly #places: { count: number }
  #at: Place | undefined
  #steps = 0

  constructor(root: Place, places: { count: number }) {
    this.#at = root
    this.#places = places
  }

  /** Where the walk ended; nothing when a part is of another kind, or there are too many. */
  get end(): Place | undefined {
    return this.#at
  }

  step(part: unknown): void {
    if (this.#at === undefined) return
    let place = this.#at.next.get(part)
    if (place === undefined) {
      if (this.#places.count >= MAX_PLACES) return this.leave()
      place = newPlace()
      this.#at.next.set(part, place)
      this.#places.count += 1
    }
    this.#steps += 1
    this.#at = this.#steps > MAX_STEPS ? undefined : place
  }
  leave(): void {
    this.#at = undefined
  }

  visit(node: OperationNode): void {
    if (RawNode.is(node)) return this.#raw(node)
    if (node.kind === 'ValueNode') return this.#value(node as OperationNode & Value) // the one shape of its kind
    if (node.kind === 'IdentifierNode') return this.step((node as OperationNode & { name: unknown }).name) // likewise
    if (!NAMES.has(node.kind)) return this.leave()
    const children = Object.values(node).filter((child) => typeof child === 'object') as OperationNode[] // names hold names alone
    this.step(node.kind)
    this.step(children.length)
    for (const child of children) this.visit(child)
  }
  #raw({ sqlFragments, parameters }: RawNode): void {
    // A template is one object for all its uses; other lists of parts are made each time and told by their text.
    if ('raw' in sqlFragments) this.step(sqlFragments)
    else {
      this.step(sqlFragments.length)
      for (const fragment of sqlFragments) this.step(fragment)
    }
    for (const part of parameters) this.visit(part)
  }
  #value({ value, immediate }: Value): void {
    if (immediate === true) {
      this.step(LITERAL)
      this.step(value)
    } else {
      this.step(VALUE)
      this.values.push(value)
    }
  }
}
interface Value {
  readonly value: unknown
  readonly immediate?: boolean
}

/**
 * Puts the text of a statement written with `sql` together once and finds it again by the templates it is made of; values
 * are gathered each time. All texts of one shape are then one string, so that what is remembered by text is found at once.
 */
export class StatementCompiler extends PostgresQueryCompiler {
  readonly #root = newPlace()
  readonly #places = { count: 0 }

  override compileQuery(node: RootOperationNode, queryId: QueryId): CompiledQuery {
    if (!RawNode.is(node)) return super.compileQuery(node, queryId)
    const walk = new Walk(this.#root, this.#places)
    walk.visit(node)
    const end = walk.end
    if (end?.text !== undefined) return { query: node, queryId, sql: end.text, parameters: walk.values }
    const compiled = super.compileQuery(node, queryId)
    if (end) end.text = compiled.sql
    return compiled
  }
}
