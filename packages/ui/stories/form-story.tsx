import { useState } from 'react'
import { Button } from '../src/button.tsx'
import { CheckField, ChoiceField, YesNoField } from '../src/choice-fields.tsx'
import { DateField } from '../src/date-field.tsx'
import { AutosaveStatus, ConfirmDialog, ConflictDialog } from '../src/dialog.tsx'
import { ErrorSummary, Form } from '../src/field.tsx'
import { AreaField, CoordField, MoneyField, PercentField, RateField } from '../src/number-fields.tsx'
import { Page } from '../src/page.tsx'
import { RecordPicker, type RecordOption } from '../src/record-picker.tsx'
import { CodeField, ParagraphField, ReasonField, TextField } from '../src/text-fields.tsx'
import { FrameStory } from './frame-story.tsx'

const BANKS: readonly RecordOption[] = [
  { id: '1', name: 'State Bank of India', line: 'Mumbai, SBIN0000001', verified: true },
  { id: '2', name: 'Canara Bank', line: 'Bengaluru, CNRB0000002', verified: true },
  { id: '3', name: 'Saraswat Co-operative Bank', line: 'Pune' },
]
const find = async (text: string) => BANKS.filter((bank) => bank.name.toLowerCase().includes(text.toLowerCase()))
const UNITS = {
  value: 'sqm',
  options: [
    { value: 'sqm', label: 'sqm' },
    { value: 'sqft', label: 'sqft' },
  ],
  onChange() {},
}

function Dialogs() {
  const [opened, setOpened] = useState<'confirm' | 'conflict' | null>(null)
  const close = () => setOpened(null)
  return (
    <div className="z-row">
      <Button onClick={() => setOpened('confirm')}>Cancel assignment</Button>
      <Button onClick={() => setOpened('conflict')}>Show conflict</Button>
      <Button unmet="Two documents are missing" kind="primary">
        Send to check
      </Button>
      <ConfirmDialog
        title="Cancel assignment Z-2611-0042"
        consequence="The bank and the lead valuer will be told."
        changes={[{ label: 'State', before: 'Collecting', after: 'Cancelled' }]}
        verb="Cancel assignment"
        tone="danger"
        opened={opened === 'confirm'}
        onConfirm={close}
        onClose={close}
      />
      <ConflictDialog
        opened={opened === 'conflict'}
        rows={[
          { path: 'a', label: 'Land rate', theirs: '₹12,500.00', yours: '₹12,800.00', before: '₹12,000.00' },
          { path: 'b', label: 'Remarks', theirs: 'Corner plot', yours: 'Corner plot facing east', before: '–' },
        ]}
        onChoose={close}
        onClose={close}
      />
    </div>
  )
}

export function FormStory() {
  const [text, setText] = useState('')
  const [note, setNote] = useState('')
  const [value, setValue] = useState<string | null>('44741000.00')
  const [area, setArea] = useState<string | null>('150')
  const [day, setDay] = useState<string | null>('2026-11-20')
  const [bank, setBank] = useState<RecordOption | null>(null)
  const [yes, setYes] = useState<boolean | null | undefined>(undefined)
  const [choice, setChoice] = useState<string | null>('PLOT')
  const [place, setPlace] = useState<readonly [string | null, string | null]>(['12.97', '77.59'])
  const [checked, setChecked] = useState(true)
  return (
    <FrameStory
      crumbs={[
        { label: 'Assignments', href: '#list' },
        { label: 'New assignment', href: '#form' },
      ]}
    >
      <Page title="New assignment" documentTitle="New assignment" acts={<AutosaveStatus state="saved" savedAt={1} />}>
        <Form label="New assignment" onSubmit={() => {}}>
          <ErrorSummary errors={[{ fieldId: 'borrower', text: 'Enter the borrower’s name' }]} attempt={0} />
          <RecordPicker
            label="Bank"
            value={bank}
            onChange={setBank}
            search={find}
            onCreate={() => {}}
            help="Type a name, city or IFSC"
          />
          <TextField id="borrower" label="Borrower" value={text} onChange={setText} error="Enter the borrower’s name" />
          <ChoiceField
            label="Kind of property"
            value={choice}
            onChange={setChoice}
            options={['PLOT', 'HOUSE', 'FLAT'].map((one) => ({
              value: one,
              label: one.charAt(0) + one.slice(1).toLowerCase(),
            }))}
          />
          <MoneyField label="Fair market value" value={value} unit="rupees" onChange={setValue} />
          <div className="z-pair">
            <AreaField label="Land area" value={area} onChange={setArea} units={UNITS} note="= 1,614.59 sqft" />
            <RateField
              label="Rate"
              value="12500.00"
              onChange={() => {}}
              units={{ ...UNITS, options: [{ value: 'sqm', label: 'per sqm' }] }}
            />
          </div>
          <div className="z-pair">
            <PercentField label="Depreciation" value="7.5" onChange={() => {}} optional />
            <DateField label="Visit" value={day} onChange={setDay} />
          </div>
          <CodeField label="IFSC" value="SBIN0004321" onChange={() => {}} />
          <CoordField
            label="Coordinates"
            latitude={place[0]}
            longitude={place[1]}
            onChange={(lat, lng) => setPlace([lat, lng])}
          />
          <YesNoField label="Is the property occupied?" value={yes} onChange={setYes} />
          <ParagraphField label="Remarks" value={note} onChange={setNote} max={60} optional />
          <ReasonField value="" onChange={() => {}} min={10} />
          <CheckField label="Tell the bank" checked={checked} onChange={setChecked} />
          <div className="z-row">
            <Button kind="primary" submit>
              Create assignment
            </Button>
            <Button kind="quiet">Discard</Button>
          </div>
          <Dialogs />
        </Form>
      </Page>
    </FrameStory>
  )
}
