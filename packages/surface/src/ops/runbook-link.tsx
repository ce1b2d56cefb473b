import { runbookPath } from '@zenops/contracts/alert-rules'
import { AppLink } from '@zenops/ui/links'
import { sentence } from './words.ts'

/** The way to a runbook, by its name: `scheduler_lock`. */
export const RunbookLink = ({ name }: { readonly name: string }) => (
  <AppLink href={runbookPath(name)} className="z-in-text">
    {sentence(name)}
  </AppLink>
)
