import { may, tenantRows, yes } from '../classes.ts'
import type { TableLaw } from '../model.ts'

export const privacyLaws: readonly TableLaw[] = [
  {
    table: 'privacy.subject_keys',
    class: 12,
    rights: {
      zen_definer: {
        select: may(yes),
        insert: may(yes),
        update: { ...may(yes, ['wrapped_key', 'kek_version', 'destroyed_at']), after: yes },
      },
    },
    rows: (names) => tenantRows(names, { wrapped_key: '\\x00', kek_version: 'law' }),
    touch: 'kek_version',
  },
]
