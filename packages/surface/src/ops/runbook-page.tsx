import { useQuery } from '@tanstack/react-query'
import { runbookPath } from '@zenops/contracts/alert-rules'
import { ButtonLink } from '@zenops/ui/button'
import { AppLink } from '@zenops/ui/links'
import { Page } from '@zenops/ui/page'
import { EmptyState, SkeletonRows } from '@zenops/ui/states'
import { Fragment } from 'react'
import { type Block, blocksOf, type Line } from './runbook-text.ts'
import { sentence, t } from './words.ts'
import './ops.css'

/** The texts of `docs/ops`, each fetched when it is asked for. They come with the app: no call of the API is needed. */
const texts = import.meta.glob<string>('../../../../docs/ops/runbook_*.md', { query: '?raw', import: 'default' })
const textOf = (name: string): (() => Promise<string>) | undefined =>
  Object.entries(texts).find(([file]) => file.endsWith(`/runbook_${name}.md`))?.[1]

const Words = ({ line }: { readonly line: Line }) =>
  line.map((span, at) => {
    const key = `${at} ${span.text}`
    if (span.kind === 'code')
      return (
        <code key={key} className="z-code">
          {span.text}
        </code>
      )
    if (span.kind === 'text') return <Fragment key={key}>{span.text}</Fragment>
    return (
      <AppLink key={key} href={runbookPath(span.to ?? '')} className="z-in-text">
        {span.text}
      </AppLink>
    )
  })

const keyOf = (line: Line): string => line.map((span) => span.text).join('')
const Items = ({ items }: { readonly items: readonly Line[] }) =>
  items.map((line) => (
    <li key={keyOf(line)}>
      <Words line={line} />
    </li>
  ))

function Part({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case 'title':
      return null
    case 'heading':
      return (
        <h2>
          <Words line={block.line} />
        </h2>
      )
    case 'paragraph':
      return (
        <p>
          <Words line={block.line} />
        </p>
      )
    case 'list':
      return (
        <ul>
          <Items items={block.items} />
        </ul>
      )
    case 'steps':
      return (
        <ol>
          <Items items={block.items} />
        </ol>
      )
    case 'table':
      return (
        <table className="z-ops-table">
          <thead>
            <tr>
              {block.head.map((line) => (
                <th key={keyOf(line)} scope="col">
                  <Words line={line} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {block.rows.map((row) => (
              <tr key={row.map(keyOf).join()}>
                {row.map((line) => (
                  <td key={keyOf(line)}>
                    <Words line={line} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )
  }
}

/** One runbook: signal, check, act, close. */
export function RunbookPage({ name }: { readonly name: string }) {
  const load = textOf(name)
  const text = useQuery({
    queryKey: ['runbook', name],
    queryFn: () => load?.() ?? null,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const blocks = blocksOf(text.data ?? '')
  const [first] = blocks
  const title = first?.kind === 'title' ? keyOf(first.line) : sentence(name)
  return (
    <Page title={title} documentTitle={t('runbook')} acts={<ButtonLink href="/admin/alerts">{t('alerts')}</ButtonLink>}>
      {text.isPending && <SkeletonRows rows={8} columns={1} />}
      {text.data === null && <EmptyState title={t('no_runbook')} reason={t('no_runbook_why')} />}
      {blocks.length > 0 && (
        <article className="z-card z-ops-runbook" aria-label={title}>
          {blocks.map((block) => (
            <Part key={JSON.stringify(block)} block={block} />
          ))}
        </article>
      )}
    </Page>
  )
}
