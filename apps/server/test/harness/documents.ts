import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { confirmUpload, presignUpload } from '@zenops/contracts/documents'
import type { Document, UploadTarget } from '@zenops/contracts/document-records'
import type { ErrorBody } from '@zenops/contracts/errors'
import type { InputOf, Operation, OutputOf } from '@zenops/contracts/kit'
import { type DocumentNeighbours, documentOperations } from '../../src/modules/documents/index.ts'
import { createHttpServer } from '../../src/platform/http/server.ts'
import { uuidv7 } from '../../src/platform/ids.ts'
import { addressOf, type House, type TestActor } from './house.ts'

export type PresignBody = InputOf<typeof presignUpload>['body']

/** Bytes over real sockets, and job folders to hang them on. */
export interface DocumentDesk {
  /** Where signed paths of the local driver are served. */
  readonly origin: string
  put(upload: UploadTarget | null, bytes: Uint8Array, headers?: Record<string, string>): Promise<Response>
  get(url: string, init?: RequestInit): Promise<Response>
  presign(
    actor: TestActor,
    bytes: Uint8Array,
    body?: Partial<PresignBody>,
  ): Promise<{ document_id: string; storage_key: string; upload: UploadTarget | null }>
  /** Presign, PUT and confirm. */
  upload(actor: TestActor, bytes: Uint8Array, body?: Partial<PresignBody>): Promise<Document>
  /** A job folder, as the superuser writes it. */
  assignment(
    tenantId: string,
    wish: { createdBy: string; assignees?: string[]; commissionId?: string; propertyId?: string },
  ): Promise<string>
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The smallest text that is taken as a PDF. */
export const pdfBytes = (text: string): Buffer =>
  Buffer.from(`%PDF-1.4\n% ${text}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n`)

export async function openDocumentDesk(house: House): Promise<DocumentDesk> {
  const server = house.server('web')
  await server.listen({ host: '127.0.0.1', port: 0 })
  const origin = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}` // listens on TCP
  const absolute = (url: string): string => new URL(url, origin).href
  const put: DocumentDesk['put'] = async (upload, bytes, headers = {}) => {
    assert.ok(upload?.mode === 'single', 'an upload address was handed out')
    return fetch(absolute(upload.url), {
      method: upload.method,
      headers: { ...upload.headers, ...headers },
      body: Buffer.from(bytes),
    })
  }
  const presign: DocumentDesk['presign'] = (actor, bytes, body = {}) =>
    actor.ok(presignUpload, {
      body: { filename: 'deed.pdf', content_type: 'application/pdf', size_bytes: bytes.byteLength, ...body },
    })
  return {
    origin,
    put,
    presign,
    get: (url, init) => fetch(absolute(url), init),
    upload: async (actor, bytes, body) => {
      const { document_id, upload } = await presign(actor, bytes, body)
      const stored = await put(upload, bytes)
      assert.equal(stored.status, 200, await stored.text())
      return (await actor.ok(confirmUpload, { body: { document_id } })).document
    },
    assignment: async (tenantId, wish) => {
      const id = uuidv7()
      await house.sql(
        `insert into assignments.assignments (tenant_id, id, code, case_type, title, due_at, due_basis, created_by, commission_id, property_id)
         values ($1, $2::uuid, 'T-' || $2::text, 'DIRECT', 'Test job', now(), 'DEFAULT', $3, $4, $5)`,
        [tenantId, id, wish.createdBy, wish.commissionId ?? null, wish.propertyId ?? null],
      )
      for (const userId of wish.assignees ?? []) {
        await house.sql(
          `insert into assignments.assignment_assignees (tenant_id, assignment_id, user_id, role) values ($1, $2, $3, 'field')`,
          [tenantId, id, userId],
        )
      }
      return id
    },
  }
}

/** A second server of a surface whose documents have these neighbours, for modules that are not there yet. */
export async function serverWith(house: House, surface: 'web' | 'portal', neighbours: DocumentNeighbours) {
  const { services, authenticator, constraints } = house.app
  const server = await createHttpServer({
    surface,
    services,
    authenticator,
    constraints,
    origins: house.app.identity.origins[surface],
    operations: documentOperations(neighbours),
  })
  return {
    close: () => server.close(),
    call: async <E extends Operation>(actor: TestActor, operation: E, input: InputOf<E>) => {
      const { body } = input as { body?: object } // one of the three parts of an input
      const response = await server.inject({
        method: operation.method,
        url: addressOf(operation, input as object), // read by the names of its parts
        headers: { authorization: `Bearer ${actor.token}` },
        ...(body === undefined ? {} : { payload: body }),
      })
      const answer: unknown = response.body === '' ? undefined : JSON.parse(response.body)
      return {
        status: response.statusCode,
        body: answer as OutputOf<E>, // typed by the contract, checked by the tests
        error: answer as ErrorBody, // the same answer, as a failure
      }
    },
  }
}
