import type { GridColumn } from '@zenops/ui/data-grid'
import { AppLink } from '@zenops/ui/links'
import { t } from './words.ts'

interface NameColumn<Row> {
  readonly key: string
  readonly header: string
  readonly hrefOf: (row: Row) => string
  readonly nameOf: (row: Row) => string
}

/** The first column of a list of background work: a name as the code has it, which opens the row. */
export const nameColumn = <Row,>({ key, header, hrefOf, nameOf }: NameColumn<Row>): GridColumn<Row> => ({
  key,
  header,
  width: 240,
  grow: true,
  cell: (row) => (
    <AppLink href={hrefOf(row)} tabIndex={-1} className="z-code">
      {nameOf(row)}
    </AppLink>
  ),
})

/** Studio alone has rows of several firms. */
export const firmColumns = <Row extends { readonly tenant_id: string }>(
  studio: boolean,
  firmName: (id: string) => string,
): readonly GridColumn<Row>[] =>
  studio
    ? [
        {
          key: 'firm',
          header: t('firm'),
          width: 160,
          from: 1024,
          cell: (row) => <span>{firmName(row.tenant_id)}</span>,
        },
      ]
    : []
