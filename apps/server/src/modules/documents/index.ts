import type { JobHandler } from '../../platform/jobs/port.ts'
import type { Recurring } from '../../platform/jobs/recurring.ts'
import type { Bound } from '../../platform/operations.ts'
import type { StoragePort } from '../../platform/storage/port.ts'
import { acceptDocumentSuggestionsOperation } from './commands/accept-suggestions.ts'
import { addDocumentTagsOperation } from './commands/add-tags.ts'
import { confirmUploadOperation } from './commands/confirm-upload.ts'
import { deleteDocumentOperation } from './commands/delete-document.ts'
import { attachDocumentOperation, linkDocumentOperation } from './commands/link-document.ts'
import { patchDocumentMetadataOperation } from './commands/patch-metadata.ts'
import { presignUploadOperation } from './commands/presign-upload.ts'
import { removeDocumentTagOperation } from './commands/remove-tag.ts'
import { restoreDocumentOperation } from './commands/restore-document.ts'
import { unlinkDocumentOperation } from './commands/unlink-document.ts'
import { updateDocumentOperation } from './commands/update-document.ts'
import { expireUploads, expireUploadsHandler } from './jobs/expire-uploads.ts'
import { makeRenditionsHandler } from './jobs/make-renditions.ts'
import type { Neighbours } from './neighbours.ts'
import { getDocumentOperation } from './queries/get-document.ts'
import { getUploadOperation } from './queries/get-upload.ts'
import { listDocumentsOperation } from './queries/list-documents.ts'
import { presignDownloadOperation } from './queries/presign-download.ts'
import { readStorageOperation, writeStorageOperation } from './storage-routes.ts'
import { taskOf } from '../../platform/scheduler/timetable.ts'

export { bytesOfDocument } from './bytes.ts'
export { documentConstraints } from './constraints.ts'
export {
  type ArtifactPlace,
  type DocumentFacts,
  followCommission,
  openDocument,
  putArtifact,
  readDocuments,
  recordArtifact,
  type StoredArtifact,
  storeArtifact,
} from './doors.ts'
export { type Forgetting, purgeOwnFiles, renameFiles } from './forget-files.ts'
export type { Neighbours as DocumentNeighbours, PhotoPlace, Tx as DocumentTx } from './neighbours.ts'
export { countOfJob, linesOfJob } from './queries/job-documents.ts'

/** The operations of documents, in the order of the contract. */
export const documentOperations = (neighbours: Neighbours): Bound[] => [
  presignUploadOperation(neighbours),
  confirmUploadOperation(neighbours),
  getUploadOperation,
  presignDownloadOperation(neighbours),
  listDocumentsOperation,
  getDocumentOperation,
  updateDocumentOperation,
  patchDocumentMetadataOperation,
  addDocumentTagsOperation,
  removeDocumentTagOperation,
  linkDocumentOperation(neighbours),
  unlinkDocumentOperation(neighbours),
  attachDocumentOperation(neighbours),
  acceptDocumentSuggestionsOperation(neighbours),
  deleteDocumentOperation(neighbours),
  restoreDocumentOperation,
  readStorageOperation,
  writeStorageOperation,
]

export const documentJobs = (storage: StoragePort): JobHandler[] => [
  makeRenditionsHandler(storage),
  expireUploadsHandler(storage),
]

/** Work of documents that comes round by itself. */
export const documentRecurring: Recurring[] = [taskOf('documents_expire_uploads', { job: expireUploads, payload: {} })]
