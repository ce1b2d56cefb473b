import {
  addRelationship,
  declareType,
  DOCUMENT,
  hasPart,
  type OpenPackage,
  partRoot,
  partXml,
  relationships,
  setPart,
  targetPart,
} from './open-package.ts'
import { descendants, type Element, elements, firstChild, fragment, R, ROOT_NAMESPACES, w } from './xml.ts'

const HEADER_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml'

/** Sets the word across each page, by way of every header that a page can have. */
export function addWatermark(pkg: OpenPackage, word: string): void {
  const parts = new Set<string>()
  let inherited = new Map<string, string>()
  for (const section of descendants(partRoot(pkg, DOCUMENT), 'sectPr')) {
    inherited = sectionHeaders(pkg, section, inherited)
    for (const part of inherited.values()) parts.add(part)
  }
  let id = 1
  for (const part of parts) stamp(pkg, part, { word, id: id++ })
}

/** Headers in force in a section, by kind; the kinds that its pages need are made when no header serves them. */
function sectionHeaders(pkg: OpenPackage, section: Element, before: ReadonlyMap<string, string>): Map<string, string> {
  const headers = new Map(before)
  const targets = new Map(relationships(pkg, DOCUMENT).map((relation) => [relation.id, relation.target]))
  for (const reference of elements(section, 'headerReference')) {
    const target = targets.get(reference.getAttributeNS(R, 'id') ?? '')
    if (target) headers.set(reference.getAttribute('w:type') ?? 'default', targetPart(DOCUMENT, target))
  }
  const kinds = [
    'default',
    ...(firstChild(section, 'titlePg') ? ['first'] : []),
    ...(usesEvenPages(pkg) ? ['even'] : []),
  ]
  for (const kind of kinds) if (!headers.has(kind)) headers.set(kind, emptyHeader(pkg, section, kind))
  return headers
}

function usesEvenPages(pkg: OpenPackage): boolean {
  return (
    hasPart(pkg, 'word/settings.xml') && firstChild(partRoot(pkg, 'word/settings.xml'), 'evenAndOddHeaders') !== null
  )
}

export function emptyHeader(pkg: OpenPackage, section: Element, kind: string): string {
  let n = 1
  while (hasPart(pkg, `word/header${n}.xml`)) n++
  const name = `word/header${n}.xml`
  setPart(
    pkg,
    name,
    `<w:hdr ${ROOT_NAMESPACES}><w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/></w:pPr></w:p></w:hdr>`,
  )
  declareType(pkg, { part: name, type: HEADER_TYPE })
  const id = addRelationship(pkg, DOCUMENT, { type: 'header', target: `header${n}.xml`, external: false })
  const reference = w(partXml(pkg, DOCUMENT), 'headerReference', { type: kind })
  reference.setAttributeNS(R, 'r:id', id)
  section.insertBefore(reference, section.firstChild)
  return name
}

function stamp(pkg: OpenPackage, part: string, { word, id }: { word: string; id: number }): void {
  const document = partXml(pkg, part)
  const root = partRoot(pkg, part)
  const [shape] = fragment(document, shapeXml(word, id))
  const paragraph = firstChild(root, 'p') ?? root.appendChild(w(document, 'p'))
  if (shape) paragraph.appendChild(shape)
  const [line] = fragment(document, lineXml(word))
  if (line) root.appendChild(line)
}

/** Full-page pictures hide what lies behind them: a line of the header says it there. */
function lineXml(word: string): string {
  return `<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="200" w:lineRule="exact"/><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:b/><w:color w:val="C00000"/><w:sz w:val="16"/></w:rPr><w:t>${word}</w:t></w:r></w:p>`
}

function shapeXml(word: string, id: number): string {
  return `<w:r><w:rPr><w:noProof/></w:rPr><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas><v:path textpathok="t" o:connecttype="custom"/><v:textpath on="t" fitshape="t"/></v:shapetype><v:shape id="Watermark${id}" o:spid="_x0000_s${2048 + id}" type="#_x0000_t136" style="position:absolute;margin-left:0;margin-top:0;width:420pt;height:140pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin" fillcolor="#bfbfbf" stroked="f"><v:fill opacity=".5"/><v:textpath style="font-family:&quot;Calibri&quot;;font-size:1pt;font-weight:bold" string="${word}"/></v:shape></w:pict></w:r>`
}
