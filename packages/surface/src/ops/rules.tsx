import { useQuery } from '@tanstack/react-query'
import { listAlertRules, updateAlertRule } from '@zenops/contracts/ops-alerts'
import { Button } from '@zenops/ui/button'
import { CheckField } from '@zenops/ui/choice-fields'
import { Dialog } from '@zenops/ui/dialog'
import { ErrorSummary, Form } from '@zenops/ui/field'
import { Page } from '@zenops/ui/page'
import { SkeletonRows } from '@zenops/ui/states'
import { StatusBadge } from '@zenops/ui/status'
import { TextField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { FailureCard } from '../failures.tsx'
import { useFormFaults } from '../form-state.ts'
import { type ItemOf, useAct } from '../queries.ts'
import { useSurface } from '../surface-context.tsx'
import { AlertTabs, SeverityBadge } from './alert-words.tsx'
import { RunbookLink } from './runbook-link.tsx'
import { ruleTitle, runbookName, t, word } from './words.ts'
import './ops.css'

type Rule = ItemOf<typeof listAlertRules>

function RuleDialog({ rule, onClose }: { readonly rule: Rule; readonly onClose: () => void }) {
  const [enabled, setEnabled] = useState(rule.enabled)
  const [values, setValues] = useState<Readonly<Record<string, string>>>(
    Object.fromEntries(rule.thresholds.map((one) => [one.name, String(one.value)])),
  )
  const faults = useFormFaults('rule', ['thresholds'])
  const act = useAct(updateAlertRule, { stale: [listAlertRules], onDone: onClose })
  const title = t('title_rule', { what: ruleTitle(rule.key) })
  const numberOf = (name: string): number => Number((values[name] ?? '').trim() || Number.NaN)
  const submit = () => {
    const wrong = rule.thresholds.find(({ name, min, max }) => !(numberOf(name) >= min && numberOf(name) <= max))
    if (!faults.check(wrong ? { [wrong.name]: t('number_needed', { min: wrong.min, max: wrong.max }) } : {})) return
    const thresholds = Object.fromEntries(
      rule.thresholds.map((one) => [one.name, numberOf(one.name) === one.default ? null : numberOf(one.name)]),
    )
    act.mutate(
      { params: { key: rule.key }, body: { enabled, thresholds, expected_version: rule.version } },
      { onError: faults.refuse },
    )
  }
  return (
    <Dialog title={title} opened busy={act.isPending} onClose={onClose}>
      <Form label={title} onSubmit={submit}>
        <ErrorSummary errors={faults.summary} attempt={faults.attempt} />
        <CheckField label={t('watched')} checked={enabled} onChange={setEnabled} />
        {rule.thresholds.map((one) => (
          <TextField
            key={one.name}
            label={word('threshold', one.name)}
            help={t('default_is', { n: one.default })}
            inputMode="decimal"
            value={values[one.name] ?? ''}
            error={faults.faults[one.name]}
            onChange={(next) => setValues((before) => ({ ...before, [one.name]: next }))}
          />
        ))}
        <div className="z-dialog-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" submit busy={act.isPending}>
            {t('save')}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}

/** What is watched, with the thresholds in force. */
export function RulesPage() {
  const { ask } = useSurface()
  const [changing, setChanging] = useState<Rule | null>(null)
  const rules = useQuery(ask(listAlertRules, {}))
  return (
    <Page title={t('alerts')} documentTitle={t('tab_rules')} bar={<AlertTabs />}>
      {rules.isPending && <SkeletonRows rows={10} columns={4} />}
      {rules.isError && <FailureCard error={rules.error} onRetry={() => void rules.refetch()} />}
      {rules.data && (
        <section className="z-card">
          <table className="z-ops-table">
            <thead>
              <tr>
                <th scope="col">{t('rule')}</th>
                <th scope="col">{t('severity')}</th>
                <th scope="col">{t('thresholds')}</th>
                <th scope="col">{t('runbook')}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {rules.data.items.map((rule) => (
                <tr key={rule.key}>
                  <th scope="row">
                    {ruleTitle(rule.key)} <span className="z-code z-tertiary">{rule.key}</span>
                  </th>
                  <td>
                    <span className="z-row">
                      <SeverityBadge severity={rule.severity} />
                      {!rule.enabled && <StatusBadge family="grey" text={t('disabled')} />}
                    </span>
                  </td>
                  <td className="z-secondary">
                    {rule.thresholds.map((one) => (
                      <span key={one.name} className="z-num">
                        {word('threshold', one.name)} {one.value}
                        {one.value === one.default ? '' : ` (${t('default_is', { n: one.default })})`}
                        <br />
                      </span>
                    ))}
                  </td>
                  <td>
                    <RunbookLink name={runbookName(rule.key)} />
                  </td>
                  <td>
                    <Button compact onClick={() => setChanging(rule)}>
                      {t('act_change')}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {changing && <RuleDialog rule={changing} onClose={() => setChanging(null)} />}
    </Page>
  )
}
