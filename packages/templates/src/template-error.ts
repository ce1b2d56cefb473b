export type TemplateErrorCode =
  | 'NOT_A_DOCX'
  | 'TOO_LARGE'
  | 'ZIP_BOMB'
  | 'UNSAFE_CONTENT'
  | 'BROKEN_XML'
  | 'UNKNOWN_PLACEHOLDER'
  | 'UNBALANCED'
  | 'TYPE_ERROR'
  | 'CLAUSE_MISSING'
  | 'IMAGE_MISSING'
  | 'TOO_MANY_ROWS'
  | 'VERIFY_FAILED'

/** A template that cannot be read or filled: what is wrong, in which placeholder, at which place of the document. */
export class TemplateError extends Error {
  readonly code: TemplateErrorCode
  readonly placeholder: string | null
  readonly location: string | null

  constructor(code: TemplateErrorCode, message: string, at: { placeholder?: string; location?: string } = {}) {
    super(message)
    this.name = 'TemplateError'
    this.code = code
    this.placeholder = at.placeholder ?? null
    this.location = at.location ?? null
  }
}
