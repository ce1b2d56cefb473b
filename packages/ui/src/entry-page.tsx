import type { ReactNode } from 'react'
import { Icon, IconBuildingCommunity } from './icons.tsx'
import { Banner, Countdown, useSecondsLeft } from './states.tsx'
import { useFormats } from './formats.tsx'
import { useWords } from './words.tsx'
import './sign-in.css'

export interface EntryFault {
  /** A sentence by error code. */
  readonly text: string
  /** Instant in ms until which another try is refused. */
  readonly until: number | null
}

export interface EntryNotice {
  readonly text: string
  readonly tone: 'amber' | 'red' | 'blue' | 'green'
}

export interface EntryHeadProps {
  readonly app: string
  readonly tone?: 'amber' | undefined
  readonly title: string
}

/** Brand line of the pages outside the frame. */
export function EntryHead({ app, tone, title }: EntryHeadProps) {
  return (
    <div className="z-entry-head">
      <div className="z-entry-brand">
        <Icon of={IconBuildingCommunity} size={20} />
        ZenOps <em data-tone={tone}>{app}</em>
      </div>
      <h1>{title}</h1>
    </div>
  )
}

export interface EntryPageProps extends EntryHeadProps {
  /** What is asked here and why, one or two sentences. */
  readonly lead?: ReactNode
  /** Room for what stands side by side: a picture and its words. */
  readonly wide?: boolean
  readonly children: ReactNode
}

/** A page outside the frame with one question: sign-in and all that belongs to it. */
export function EntryPage({ app, tone, title, lead, wide, children }: EntryPageProps) {
  return (
    <div className="z-entry" data-wide={wide || undefined}>
      <main>
        <div>
          <EntryHead app={app} tone={tone} title={title} />
          {lead && <p className="z-entry-lead">{lead}</p>}
          <div className="z-stack">{children}</div>
        </div>
      </main>
    </div>
  )
}

/** A page outside the frame with one message: launch gate, block, not found, failure. */
export function EntryMessage(props: { readonly app: string; readonly title: string; readonly children: ReactNode }) {
  return <EntryPage {...props} />
}

const HOUR_S = 3_600

/** Counts down within the hour; what is further away is an instant. */
function Until({ until }: { readonly until: number }) {
  const say = useWords()
  const formats = useFormats()
  const left = useSecondsLeft(until)
  if (left === 0) return null
  if (left > HOUR_S) return <>{say('until', { time: formats.instant(new Date(until).toISOString()) })}</>
  return <Countdown until={until} />
}

export interface EntryNoticesProps {
  readonly notice?: EntryNotice | null
  readonly fault: EntryFault | null
}

/** Why one stands here again, and why the last try failed. */
export function EntryNotices({ notice, fault }: EntryNoticesProps) {
  return (
    <>
      {notice && (
        <Banner tone={notice.tone} inset>
          {notice.text}
        </Banner>
      )}
      {fault && (
        <div role="alert">
          <Banner tone="red" inset>
            {fault.text} {fault.until !== null && <Until until={fault.until} />}
          </Banner>
        </div>
      )}
    </>
  )
}

/** The wait that a fault asks for, as the reason of a held button; null when there is none. */
export function useHeld(fault: EntryFault | null): string | null {
  const left = useSecondsLeft(fault?.until ?? null)
  return fault !== null && left > 0 ? fault.text : null
}
