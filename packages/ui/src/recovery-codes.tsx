import { useState } from 'react'
import { Button } from './button.tsx'
import { CheckField } from './choice-fields.tsx'
import { IconCheck, IconCopy, IconDownload, IconPrinter } from './icons.tsx'
import { PrintSheet } from './print.tsx'
import { Banner } from './states.tsx'
import { useWords } from './words.tsx'
import './sign-in.css'

export interface RecoveryCodesProps {
  readonly codes: readonly string[]
  /** On paper and in the file: whose codes, and where they sign in. */
  readonly owner: string
  /** What comes after: "Go on", "Done". */
  readonly verb: string
  readonly onStored: () => void
}

/** `ABCDE-FGHIJ`: two groups are read and typed with fewer slips; the server drops the dash. */
const grouped = (code: string): string => code.replace(/^(.{5})(.{5})$/, '$1-$2')

function save(name: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

/** Ten codes, shown this once: to copy, print or keep as a file, and to go on from only when they are kept. */
export function RecoveryCodes({ codes, owner, verb, onStored }: RecoveryCodesProps) {
  const say = useWords()
  const [copied, setCopied] = useState(false)
  const [stored, setStored] = useState(false)
  const shown = codes.map(grouped)
  const text = `${say('recovery_title')}\n${owner}\n\n${shown.join('\n')}\n`
  const copy = () =>
    navigator.clipboard.writeText(shown.join('\n')).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  return (
    <div className="z-stack">
      <Banner tone="amber" inset>
        {say('recovery_once')}
      </Banner>
      <ol className="z-codes" aria-label={say('recovery_title')}>
        {shown.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div className="z-row">
        <Button icon={copied ? IconCheck : IconCopy} onClick={() => void copy()}>
          {say(copied ? 'copied' : 'copy')}
        </Button>
        <Button icon={IconPrinter} onClick={() => window.print()}>
          {say('print')}
        </Button>
        <Button icon={IconDownload} onClick={() => save('zenops-recovery-codes.txt', text)}>
          {say('download')}
        </Button>
      </div>
      <CheckField label={say('recovery_stored')} checked={stored} onChange={setStored} />
      <Button kind="primary" unmet={stored ? null : say('recovery_stored_first')} onClick={onStored}>
        {verb}
      </Button>
      <PrintSheet title={say('recovery_title')} note={owner}>
        <ol className="z-codes">
          {shown.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ol>
      </PrintSheet>
    </div>
  )
}
