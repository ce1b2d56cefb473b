import { refuse } from '../../platform/errors.ts'
import type { ConstraintRefusals } from '../../platform/http/failures.ts'

export const exportConstraints: ConstraintRefusals = {
  export_jobs_tenant_id_fkey: () => refuse.notFound('The firm', 'tenant_id'),
}
