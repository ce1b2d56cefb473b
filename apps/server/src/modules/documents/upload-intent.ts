import { PURPOSES, tagInput } from '@zenops/contracts/document-records'
import { z } from 'zod'

const id = z.guid().optional()

/** What the uploader wants done with the bytes once they are verified; kept with the pending row. */
export const uploadIntent = z.object({
  purpose: z.enum(PURPOSES),
  targets: z.object({
    work_order_id: id,
    assignment_id: id,
    report_request_id: id,
    employee_id: id,
    invoice_id: id,
    conversation_id: id,
  }),
  tags: z.array(tagInput),
  remarks: z.string().optional(),
  taken_on_site: z.boolean().optional(),
  floor_id: id,
})
export type UploadIntent = z.infer<typeof uploadIntent>

/** The part of an intent that becomes metadata of the document. */
export const intendedMetadata = ({ remarks, taken_on_site, floor_id }: UploadIntent): Record<string, unknown> => ({
  ...(remarks === undefined ? {} : { remarks }),
  ...(taken_on_site === undefined ? {} : { taken_on_site }),
  ...(floor_id === undefined ? {} : { floor_id }),
})
