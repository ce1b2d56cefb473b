import { renderers } from '@zenops/contracts/meta'
import { type Bound, operationsOf } from '../../../platform/operations.ts'
import type { OfficeConverter } from '../../../platform/office/libreoffice.ts'
import type { Visible } from '../context.ts'
import { RENDERER_VERSION } from '../pack-input.ts'

export const renderersOperation = (office: OfficeConverter): Bound =>
  operationsOf<Visible>().query(renderers, async () => {
    const found = await office.findRenderer()
    return {
      renderer_version: RENDERER_VERSION,
      renderers: [
        { format: 'docx' as const, available: true, name: 'zenops', version: RENDERER_VERSION, reason: null },
        {
          format: 'pdf' as const,
          available: found !== null,
          name: 'libreoffice',
          version: found?.version ?? null,
          reason: found ? null : ('PDF_RENDERER_UNAVAILABLE' as const),
        },
      ],
    }
  })
