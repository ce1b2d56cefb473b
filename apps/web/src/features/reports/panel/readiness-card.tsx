import type { Readiness } from '@zenops/contracts/report-outputs'
import { AppLink } from '@zenops/ui/links'
import { Icon, IconAlertTriangle, IconCircleCheck, IconCircleX, IconInfoCircle } from '@zenops/ui/icons'
import { Score } from '@zenops/ui/values'
import { fieldLabel } from '@zenops/valuation/field-registry'
import { t } from '../texts.ts'

export interface ReadinessLinks {
  /** Where a field is filled in; null when the form has no place for it. */
  readonly field: (key: string) => string | null
  readonly evidence: (key: string) => string
}

interface Line {
  readonly key: string
  readonly text: string
  readonly href: string | null
  readonly tone: 'red' | 'amber' | 'blue'
}

const ICON = { red: IconCircleX, amber: IconAlertTriangle, blue: IconInfoCircle } as const

/** Warnings that say the same of several fields. */
const OF_A_FIELD = /^(FIELD_LINKS_MISSING|FIELD_LINK_STALE|OCR_LOW_CONFIDENCE|OCR_FIELD_FAILED)$/

function linesOf(readiness: Readiness, links: ReadinessLinks): { blocking: Line[]; warning: Line[] } {
  const field = (key: string, text: string, blocks: boolean): Line => ({
    key,
    text,
    href: links.field(key),
    tone: blocks ? 'red' : 'amber',
  })
  const all = [
    ...readiness.missing_fields.map(({ key, text, severity }) => field(key, text, severity === 'BLOCKING')),
    ...readiness.missing_evidence.map(({ key, text, severity }) => ({
      ...field(key, text, severity === 'BLOCKING'),
      href: links.evidence(key),
    })),
    ...readiness.gate_blocks.map(({ key, text }) => ({ ...field(key, text, true), href: null })),
  ]
  const warnings = readiness.warnings.map(({ code, level, message, path }, at) => ({
    key: `${code}-${at}`,
    text: path !== null && OF_A_FIELD.test(code) ? `${fieldLabel(path)}: ${message}` : message,
    href: path === null ? null : links.field(path),
    tone: level === 'error' ? ('red' as const) : level === 'warn' ? ('amber' as const) : ('blue' as const),
  }))
  return {
    blocking: [...all, ...warnings].filter(({ tone }) => tone === 'red'),
    warning: [...all, ...warnings].filter(({ tone }) => tone !== 'red'),
  }
}

function Lines({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <ul className="rp-ready-lines">
      {lines.map((line) => (
        <li key={line.key} data-tone={line.tone}>
          <Icon of={ICON[line.tone]} />
          {line.href === null ? <span>{line.text}</span> : <AppLink href={line.href}>{line.text}</AppLink>}
        </li>
      ))}
    </ul>
  )
}

/** What blocks the report and what only deserves a look; each line leads to where it is mended. */
export function ReadinessCard({ readiness, links }: { readonly readiness: Readiness; readonly links: ReadinessLinks }) {
  const { blocking, warning } = linesOf(readiness, links)
  return (
    <section className="z-card rp-readiness" aria-labelledby="rp-readiness-title">
      <h2 id="rp-readiness-title">{t('readiness')}</h2>
      <Score label={t('ready_word')} value={readiness.completeness_score} />
      {blocking.length === 0 ? (
        <p className="rp-all-there">
          <Icon of={IconCircleCheck} />
          {t('nothing_blocks')}
        </p>
      ) : (
        <>
          <h3>{t('blocking', { n: blocking.length })}</h3>
          <Lines lines={blocking} />
        </>
      )}
      {warning.length > 0 && (
        <details open={blocking.length === 0}>
          <summary>{t('warnings', { n: warning.length })}</summary>
          <Lines lines={warning} />
        </details>
      )}
      {readiness.profile && (
        <p className="z-meta">
          {t('profile_line', { name: readiness.profile.name, version: readiness.profile.version })}
        </p>
      )}
    </section>
  )
}
