import { useQuery } from '@tanstack/react-query'
import { auditKeys } from '@zenops/contracts/audit'
import { auditVerifier } from '@zenops/contracts/audit-chain'
import { useAnnounce } from '@zenops/ui/announcer'
import { Button } from '@zenops/ui/button'
import { useFormats } from '@zenops/ui/formats'
import { IconCopy, IconDownload } from '@zenops/ui/icons'
import { useState, type ReactNode } from 'react'
import { FailureCard } from '../failures.tsx'
import { useSurface } from '../surface-context.tsx'
import { t } from './words.ts'

/** Hands bytes to the browser as a file. */
function saveBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has begun to read by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

function Keys() {
  const { ask } = useSurface()
  const formats = useFormats()
  const announce = useAnnounce()
  const keys = useQuery(ask(auditKeys, {}))
  if (keys.isError) return <FailureCard error={keys.error} onRetry={() => void keys.refetch()} />
  if (keys.data?.length === 0) return <p className="z-secondary">{t('no_keys')}</p>
  return (
    <ul className="z-rows" aria-label={t('keys')}>
      {keys.data?.map(({ vkey, valid_to }) => (
        <li key={vkey}>
          <div>
            <span className="z-code z-wrap">{vkey}</span>
            <span className="z-secondary">
              {valid_to === null ? t('key_now') : t('key_until', { at: formats.instant(valid_to) })}
            </span>
          </div>
          <Button
            compact
            icon={IconCopy}
            aria-label={`${t('copy_key')} ${vkey.slice(-8)}`}
            onClick={() => void navigator.clipboard.writeText(vkey).then(() => announce(t('key_copied')))}
          >
            {t('copy_key')}
          </Button>
        </li>
      ))}
    </ul>
  )
}

/** What an auditor takes along: bundle, verifier, keys. */
export function Evidence({ bundle }: { readonly bundle?: ReactNode }) {
  const { client } = useSurface()
  const [failure, setFailure] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const download = async (): Promise<void> => {
    setBusy(true)
    try {
      saveBlob('audit-verify.mjs', await client.download(auditVerifier.path))
      setFailure(null)
    } catch (error) {
      setFailure(error)
    }
    setBusy(false)
  }
  return (
    <section className="z-card">
      <h2>{t('evidence')}</h2>
      <div className="z-stack">
        <p className="z-wrap">{t('evidence_text')}</p>
        <div className="z-row">
          {bundle}
          <Button icon={IconDownload} busy={busy} onClick={() => void download()}>
            {t('get_verifier')}
          </Button>
        </div>
        {failure !== null && <FailureCard error={failure} />}
        <h3>{t('keys')}</h3>
        <Keys />
      </div>
    </section>
  )
}
