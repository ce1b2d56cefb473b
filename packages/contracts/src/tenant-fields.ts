import { z } from 'zod'
import type { Operation } from './kit.ts'

/** Where an operation names a tenant: the part of the call and the member of it. */
export interface TenantField {
  readonly part: 'params' | 'query' | 'body'
  readonly name: string
}

/** The schema behind optional, nullable, default, prefault, and preprocessing wrappers. */
function bare(schema: z.core.$ZodType): z.core.$ZodType {
  const { def } = schema._zod
  if ('innerType' in def) return bare(def.innerType as z.core.$ZodType) // wrappers hold one inner schema
  if (schema instanceof z.ZodPipe) {
    const { in: before, out } = schema._zod.def
    return bare(before instanceof z.ZodTransform ? out : before)
  }
  return schema
}

const isMarked = (schema: z.core.$ZodType): boolean => {
  const core = bare(schema)
  if (core instanceof z.ZodArray) return isMarked(core.element)
  return core instanceof z.ZodType && core.meta()?.['names'] === 'tenant_id'
}

function fieldsOf(part: TenantField['part'], schema: z.ZodType): TenantField[] {
  const object = bare(schema)
  if (!(object instanceof z.ZodObject)) return []
  return Object.entries(object.shape)
    .filter(([, member]) => isMarked(member as z.core.$ZodType)) // a shape holds schemas
    .map(([name]) => ({ part, name }))
}

/** Every field of path, query and body that names a tenant by its id. */
export const tenantFieldsOf = (operation: Operation): readonly TenantField[] => [
  ...fieldsOf('params', operation.params),
  ...fieldsOf('query', operation.query),
  ...fieldsOf('body', operation.body),
]
