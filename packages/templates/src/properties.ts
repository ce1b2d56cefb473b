import {
  addRelationship,
  declareType,
  dropPart,
  hasPart,
  type OpenPackage,
  partRoot,
  relationships,
  setPart,
  undeclareMissing,
} from './open-package.ts'
import { elements, escapeXml } from './xml.ts'

export interface DocumentProperties {
  title: string
  author: string
  subject?: string
  /** ISO time of the revision; created and modified carry it, so equal input gives equal bytes. */
  created: string
}

const CORE = 'docProps/core.xml'
const APP = 'docProps/app.xml'
const CORE_RELATION = 'http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties'
const APP_RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties'

/** Replaces whatever the template's author left in the properties: names, times, company, thumbnails. */
export function writeProperties(pkg: OpenPackage, properties: DocumentProperties): void {
  for (const name of pkg.parts.keys()) if (name.startsWith('docProps/')) dropPart(pkg, name)
  dropDeadRelations(pkg)
  const time = isoSeconds(properties.created)
  setPart(
    pkg,
    CORE,
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${escapeXml(properties.title)}</dc:title><dc:subject>${escapeXml(properties.subject ?? '')}</dc:subject><dc:creator>${escapeXml(properties.author)}</dc:creator><cp:lastModifiedBy>${escapeXml(properties.author)}</cp:lastModifiedBy><cp:revision>1</cp:revision><dcterms:created xsi:type="dcterms:W3CDTF">${time}</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">${time}</dcterms:modified></cp:coreProperties>`,
  )
  setPart(
    pkg,
    APP,
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>ZenOps</Application></Properties>',
  )
  declareType(pkg, { part: CORE, type: 'application/vnd.openxmlformats-package.core-properties+xml' })
  declareType(pkg, { part: APP, type: 'application/vnd.openxmlformats-officedocument.extended-properties+xml' })
  // The package itself is the source of these relations: its part name is empty.
  addRelationship(pkg, '', { type: CORE_RELATION, target: CORE, external: false })
  addRelationship(pkg, '', { type: APP_RELATION, target: APP, external: false })
  undeclareMissing(pkg)
}

function dropDeadRelations(pkg: OpenPackage): void {
  if (!hasPart(pkg, '_rels/.rels')) return
  const root = partRoot(pkg, '_rels/.rels')
  const dead = new Set(
    relationships(pkg, '')
      .filter((relation) => /^\/?docProps\//.test(relation.target))
      .map((relation) => relation.id),
  )
  for (const element of elements(root, 'Relationship'))
    if (dead.has(element.getAttribute('Id') ?? '')) root.removeChild(element)
}

function isoSeconds(time: string): string {
  return `${time.slice(0, 19).padEnd(19, '0')}Z`
}
