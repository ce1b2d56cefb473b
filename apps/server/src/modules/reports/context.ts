import type { QueryExecutorProvider } from 'kysely'
import type { ActorContext, CommandContext } from '../../platform/operations.ts'

/** Schemas that this module's statements may see. */
export type Visible = 'reports' | 'assignments' | 'directory' | 'documents' | 'identity'
export type Command = CommandContext<Visible>
/** Something that statements run on. */
export type Tx = QueryExecutorProvider

/** Who acts, as rows keep it. */
export const authorOf = (context: Pick<ActorContext, 'actor'>): string => context.actor.userId
