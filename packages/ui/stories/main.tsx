import { createRoot } from 'react-dom/client'
import type { Formats } from '../src/formats.tsx'
import { UiProvider } from '../src/theme.tsx'
import { EntryStory } from './entry-story.tsx'
import { FormStory } from './form-story.tsx'
import { ListStory } from './list-story.tsx'
import { RecordStory } from './record-story.tsx'

/** Plain stand-ins: stories show looks and behaviour, not arithmetic. */
const formats: Formats = {
  money: (paise) => `₹${(BigInt(paise) / 100n).toLocaleString('en-IN')}.00`,
  compactMoney: (paise) => `₹${BigInt(paise) / 10_000_000n}.00 L`,
  parseMoney: (text) =>
    /^\d+$/.test(text)
      ? { ok: true, paise: BigInt(text) * 100n }
      : { ok: false, reason: text === '' ? 'empty' : 'not_an_amount' },
  moneyInWords: () => 'Rupees four crore forty-seven lakh forty-one thousand',
  paiseToRupees: (paise) => `${paise / 100n}.00`,
  rupeesToPaise: (rupees) => BigInt(rupees.replace('.', '')),
  decimal: (value) => value,
  parseDecimal: (text) => (/^-?\d+(\.\d+)?$/.test(text) ? text : null),
  day: (day) => day,
  shortDay: (day) => day.slice(5),
  parseDay: (text) => (/^\d{4}-\d\d-\d\d$/.test(text) ? { ok: true, day: text } : { ok: false, reason: 'not_a_date' }),
  instant: (instant) => instant.slice(0, 16).replace('T', ' '),
  time: () => '18:04',
  relative: () => 'in 4 h',
}

const STORIES: Readonly<Record<string, () => React.ReactNode>> = {
  '#list': () => <ListStory />,
  '#form': () => <FormStory />,
  '#record': () => <RecordStory />,
  '#entry': () => <EntryStory />,
}

const place = document.getElementById('root')
if (place)
  createRoot(place).render(
    <UiProvider formats={formats} link={(props) => <a {...props} />}>
      {(STORIES[window.location.hash] ?? STORIES['#list'])?.()}
    </UiProvider>,
  )
