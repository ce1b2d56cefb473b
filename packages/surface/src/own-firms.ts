import { switchTenant } from '@zenops/contracts/identity-entry'
import { myTenants } from '@zenops/contracts/identity-people'
import type { OutputOf } from '@zenops/contracts/kit'
import type { FirmSwitch } from '@zenops/ui/frame'
import { jobName } from './jobs.ts'
import type { Surface } from './surface.ts'

/** The firms a person belongs to, each with the jobs there. */
export async function firmsOf({ client }: Surface): Promise<FirmSwitch['firms']> {
  const { items } = await client.call(myTenants, {})
  return items.map(({ tenant_id, name, job_templates }) => ({
    id: tenant_id,
    name,
    note: job_templates.map(jobName).join(', '),
  }))
}

/** Ends the session here and opens one there; a second factor may be due. */
export const enterFirm = ({ client }: Surface, id: string): Promise<OutputOf<typeof switchTenant>> =>
  client.call(switchTenant, { body: { tenant_id: id } })
