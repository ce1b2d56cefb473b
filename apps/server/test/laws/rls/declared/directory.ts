import { change, every, H, L, may, moveTenant, reads, S, softRows, T, workerPurges, yes } from '../classes.ts'
import type { Names, Row, TableLaw } from '../model.ts'

/** Class 2: master data. The studio looks in a support session, and writes that of the house firm. */
const masterData = (name: string, extra: (names: Names) => Row = () => ({})): TableLaw => ({
  table: `directory.${name}`,
  class: 2,
  rights: {
    zen_web: { select: may(every(T, L)), insert: may(T), update: change(T, T) },
    zen_studio: { select: may(every(S, L)), insert: may(H), update: change(H, H) },
    zen_worker: workerPurges,
    zen_definer: reads(yes),
  },
  rows: (names) => ({
    ...softRows(names, extra(names)),
    'of the house': { tenant_id: names.internal, ...extra(names) },
  }),
  moves: moveTenant,
})

export const directoryLaws: readonly TableLaw[] = [
  masterData('banks'),
  masterData('bank_branches'),
  masterData('client_orgs'),
  masterData('contacts'),
  masterData('property_types'),
  masterData('property_subtypes'),
  masterData('properties'),
]
