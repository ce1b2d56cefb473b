import { useQueryClient } from '@tanstack/react-query'
import { ApiError } from '@zenops/client/api-error'
import type { InputOf, Operation } from '@zenops/contracts/kit'
import { Button } from '@zenops/ui/button'
import { Dialog } from '@zenops/ui/dialog'
import { ErrorSummary, Form } from '@zenops/ui/field'
import { Banner } from '@zenops/ui/states'
import { useState } from 'react'
import { client } from '../../lib/client.ts'
import { useFormFaults } from '@zenops/surface/form-state.ts'
import { useAct } from '../../lib/queries.ts'
import { useCan } from '../../lib/session.tsx'
import { KINDS, t, type DirectoryRecord, type Kind, type KindKey } from './kinds.ts'
import { RecordFields } from './record-fields.tsx'
import { columnsOf, missingIn, newBody, type RecordValues } from './record-values.ts'

export interface CreateDialogProps {
  readonly kind: KindKey
  /** What is known already: the text that was typed, the bank of the branch. */
  readonly preset?: RecordValues
  /** The new record, or the one that was there before. */
  readonly onDone: (record: DirectoryRecord) => void
  readonly onClose: () => void
}

interface Warned {
  readonly record: DirectoryRecord
  readonly sentences: readonly string[]
}

const existingIdOf = (error: unknown): string | null => {
  if (!(error instanceof ApiError && error.is('DUPLICATE_RECORD'))) return null
  const id = error.details.find((detail) => typeof detail['existing_id'] === 'string')?.['existing_id']
  return typeof id === 'string' ? id : null
}

function sentencesOf(record: DirectoryRecord): readonly string[] {
  const warnings = record['warnings']
  if (!Array.isArray(warnings)) return []
  // Cast: every answer of creating carries warnings with a sentence.
  return (warnings as readonly { readonly message: string }[]).map((warning) => warning.message)
}

// Casts of inputs in this file: the operations of a kind are chosen at run time; their bodies are checked by the server.
const asInput = (input: unknown): InputOf<Operation> => input as InputOf<Operation>

/** Adds a record with the few fields that matter at once; the rest can follow in its panel. */
export function CreateDialog({ kind: key, preset = {}, onDone, onClose }: CreateDialogProps) {
  const kind: Kind = KINDS[key]
  const fields = kind.fields.filter((field) => field.brief)
  const [values, setValues] = useState<RecordValues>(preset)
  const [warned, setWarned] = useState<Warned | null>(null)
  const [existing, setExisting] = useState<string | null>(null)
  const faults = useFormFaults(`new-${kind.one}`, fields.flatMap(columnsOf))
  const approver = useCan('masterdata.approve')
  const cache = useQueryClient()
  const act = useAct(kind.create, { stale: [kind.list] })
  const submit = () => {
    if (!faults.check(missingIn(fields, values))) return
    setExisting(null)
    act.mutate(asInput({ body: newBody(values) }), {
      onSuccess(result) {
        const record = result as DirectoryRecord // the answer of a create operation is the record
        const sentences = sentencesOf(record)
        if (sentences.length > 0) setWarned({ record, sentences })
        else onDone(record)
      },
      onError(error) {
        setExisting(existingIdOf(error))
        faults.refuse(error)
      },
    })
  }
  const takeExisting = async (id: string) => {
    const record = (await client.call(kind.read, asInput({ params: { id } }))) as DirectoryRecord // as above
    await cache.invalidateQueries({ queryKey: [kind.list.id] })
    onDone(record)
  }
  if (warned)
    return (
      <Dialog
        title={t(`new_${kind.key}`)}
        opened
        onClose={() => onDone(warned.record)}
        foot={
          <Button kind="primary" onClick={() => onDone(warned.record)}>
            {t('go_on')}
          </Button>
        }
      >
        <p>{t('warnings')}</p>
        {warned.sentences.map((sentence) => (
          <Banner key={sentence} inset>
            {sentence}
          </Banner>
        ))}
      </Dialog>
    )
  return (
    <Dialog title={t(`new_${kind.key}`)} opened busy={act.isPending} onClose={onClose}>
      <Form label={t(`new_${kind.key}`)} onSubmit={submit}>
        <ErrorSummary errors={faults.summary} attempt={faults.attempt} />
        {existing && (
          <div>
            <Button compact onClick={() => void takeExisting(existing)}>
              {t('use_existing')}
            </Button>
          </div>
        )}
        <RecordFields
          fields={fields}
          values={values}
          faults={faults}
          onChange={(patch) => setValues((before) => ({ ...before, ...patch }))}
        />
        {kind.approve && <p className="z-help">{t(approver ? 'born_verified' : 'born_pending')}</p>}
        <div className="z-dialog-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" submit busy={act.isPending}>
            {t(`create_${kind.key}`)}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}
