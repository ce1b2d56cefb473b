import { Button } from '@zenops/ui/button'
import { IconDownload } from '@zenops/ui/icons'
import { PrintTable } from '@zenops/ui/print'
import { csvOf, saveText, type TextColumn } from './csv.ts'
import { useSession } from './surface-context.tsx'
import { t } from './texts.ts'

export interface ListExportProps<Row> {
  readonly title: string
  readonly columns: readonly TextColumn<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
}

/** What a list gives away: its loaded rows as CSV, and on paper. */
export function ListExport<Row>({ title, columns, rows, rowKey }: ListExportProps<Row>) {
  const { tenant } = useSession()
  return (
    <>
      <Button
        icon={IconDownload}
        title={t('csv_title')}
        onClick={() =>
          saveText(`${title.toLowerCase()}-${new Date().toISOString().slice(0, 10)}.csv`, csvOf(columns, rows))
        }
      >
        {t('csv')}
      </Button>
      <PrintTable firm={tenant.name} title={title} columns={columns} rows={rows} rowKey={rowKey} />
    </>
  )
}
