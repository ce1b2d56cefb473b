-- Erasure and files (audit-and-ops.md 11): the key of an object ends with what its file was called.
grant update (storage_key) on documents.documents to zen_worker;

-- A tag is one word: one that names an erased person goes as a whole.
drop policy document_tags__worker_mask on documents.document_tags;
revoke update (value) on documents.document_tags from zen_worker;
