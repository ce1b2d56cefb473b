import { DropZone, JobCard, PhotoGrid, UploadTray } from '../src/files.tsx'
import { Page, PageTabs } from '../src/page.tsx'
import { NextAction, RecordFacts, Timeline } from '../src/record.tsx'
import { Banner, EmptyState, ErrorCard, SkeletonRows } from '../src/states.tsx'
import { StatusBadge, type StatusFamily } from '../src/status.tsx'
import { Area, Code, DayValue, Instant, Meter, Money, Restricted, Score } from '../src/values.tsx'
import { FrameStory } from './frame-story.tsx'

const FAMILIES: readonly StatusFamily[] = ['grey', 'cyan', 'violet', 'blue', 'orange', 'amber', 'red', 'green']
const PHOTOS = ['Front elevation', 'Access road', 'Kitchen', 'Meter board'].map((name) => ({
  id: name,
  name,
  line: '20 Nov, 11:42',
  kind: 'photo' as const,
  onOpen() {},
}))

const about = (
  <RecordFacts
    facts={[
      { label: 'Code', value: <Code code="Z-2611-0042" /> },
      { label: 'Bank', value: <a href="#bank">State Bank of India, Indiranagar</a> },
      { label: 'Borrower', value: 'Borrower 0142' },
      { label: 'PAN', value: <Restricted reason="Needs the right documents.pii" /> },
      { label: 'Area', value: <Area value="150" unit="sqm" /> },
      { label: 'Value', value: <Money paise={4474100000n} compact /> },
      { label: 'Visit', value: <DayValue day="2026-11-21" /> },
      { label: 'Due', value: <Instant at="2026-11-21T10:00:00.000Z" relative /> },
      { label: 'Remarks', value: null },
    ]}
  />
)

function Content() {
  return (
    <div className="z-stack">
      <Banner inset>The bank’s rules changed on 18 Nov. Check the readiness again.</Banner>
      <section className="z-card">
        <h2>Readiness</h2>
        <Score label="ready" value={82} />
        <Meter label="Documents" value={6} max={8} text="6 of 8" />
        <div className="z-row">
          {FAMILIES.map((family) => (
            <StatusBadge key={family} family={family} text={family} />
          ))}
          <StatusBadge family="green" text="closed" final />
          <StatusBadge family="grey" text="on hold" icon="pause" size="large" />
        </div>
      </section>
      <JobCard
        name="Pack for SBI format A"
        state={<StatusBadge family="cyan" text="Generating" />}
        progress={{ done: 12, total: 40, text: '12 of 40 photos' }}
        steps={[
          { key: 'a', label: 'Freeze the revision', state: 'done' },
          { key: 'b', label: 'Place the photos', state: 'active' },
          { key: 'c', label: 'Make the PDF', state: 'waiting' },
        ]}
        onCancel={() => {}}
      />
      <DropZone label="Site photos and documents" accept="image/*,.pdf" maxBytes={50_000_000} onFiles={() => {}} />
      <UploadTray
        label="Uploads"
        items={[
          { id: '1', name: 'IMG_2041.jpg', size: 4_200_000, sent: 2_100_000, state: 'sending' },
          {
            id: '2',
            name: 'sale-deed-scan-of-a-rather-long-name-2019.pdf',
            size: 900_000,
            sent: 0,
            state: 'failed',
            note: 'The content is not what the name says',
          },
        ]}
        onRetry={() => {}}
        onRemove={() => {}}
      />
      <PhotoGrid label="Site photos" photos={PHOTOS} />
      <ErrorCard
        text="The evidence could not be loaded."
        traceId="4bf92f3577b34da6a3ce929d0e0e4736"
        onRetry={() => {}}
      />
      <section className="z-card">
        <h2>Timeline</h2>
        <Timeline
          label="Timeline"
          entries={[
            {
              id: '2',
              text: 'Valuer 2 changed the due date',
              at: '2026-11-20T12:34:00.000Z',
              when: '20 Nov, 18:04',
              changes: [{ label: 'Due', before: '21 Nov', after: '23 Nov' }],
            },
            {
              id: '1',
              text: 'Operations manager opened the assignment',
              at: '2026-11-19T12:34:00.000Z',
              when: '19 Nov, 18:04',
            },
          ]}
          onMore={() => {}}
        />
      </section>
      <SkeletonRows rows={3} />
      <EmptyState title="No documents yet" reason="Site photos, deeds and plans of this assignment stand here." />
    </div>
  )
}

export function RecordStory() {
  const moves = [
    { key: 'qc', label: 'Send to check', allowed: true },
    { key: 'hold', label: 'Put on hold', allowed: true },
    {
      key: 'deliver',
      label: 'Mark delivered',
      allowed: false,
      unmet: [{ text: 'The report is not approved yet', href: '#report' }],
    },
    { key: 'cancel', label: 'Cancel assignment', allowed: true, danger: true },
  ]
  const tab = (label: string, current = false, count?: number) => ({
    label,
    href: `#${label}`,
    current,
    ...(count === undefined ? {} : { count }),
  })
  return (
    <FrameStory
      crumbs={[
        { label: 'Assignments', href: '#list' },
        { label: 'Z-2611-0042', href: '#record' },
      ]}
    >
      <Page
        title="Z-2611-0042 Borrower 0142"
        documentTitle="Z-2611-0042"
        state={<StatusBadge family="cyan" text="Collecting" size="large" />}
        note="due in 4 h · Valuer 2"
        acts={<NextAction moves={moves} onChoose={() => {}} />}
        bar={
          <PageTabs
            label="Assignment"
            tabs={[tab('Overview', true), tab('Documents', false, 6), tab('Report'), tab('Timeline')]}
          />
        }
      >
        <div className="z-columns">
          <Content />
          <aside className="z-card" aria-label="About">
            <h2>About</h2>
            {about}
          </aside>
        </div>
      </Page>
    </FrameStory>
  )
}
