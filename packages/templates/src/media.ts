import { addRelationship, declareType, hasPart, type OpenPackage, setPart } from './open-package.ts'

/** An image to embed: JPEG or PNG bytes with their size in pixels, upright and free of metadata. */
export interface PackImage {
  bytes: Uint8Array
  mime: 'image/jpeg' | 'image/png'
  width: number
  height: number
}

export type Images = Readonly<Record<string, PackImage>>

/** English metric units of a millimetre and of a pixel at 96 dpi. */
const EMU_PER_MM = 36_000
const EMU_PER_PIXEL = 9_525

export interface Box {
  width_mm: number
  height_mm: number
}

/** What a package has embedded so far: equal images of one part share their relation. */
export interface MediaShelf {
  pkg: OpenPackage
  next: number
  nextDrawing: number
  files: Map<PackImage, string>
  relations: Map<string, string>
}

export function mediaShelf(pkg: OpenPackage): MediaShelf {
  return { pkg, next: 1, nextDrawing: 1, files: new Map(), relations: new Map() }
}

/** Embeds an image for a part and gives the drawing, fitted into the box and never enlarged beyond 96 dpi. */
export function drawing(shelf: MediaShelf, part: string, { image, box }: { image: PackImage; box: Box }): string {
  const relation = relationTo(shelf, part, image)
  const scale = Math.min(
    1,
    (box.width_mm * EMU_PER_MM) / (image.width * EMU_PER_PIXEL),
    (box.height_mm * EMU_PER_MM) / (image.height * EMU_PER_PIXEL),
  )
  const cx = Math.max(1, Math.floor(image.width * EMU_PER_PIXEL * scale))
  const cy = Math.max(1, Math.floor(image.height * EMU_PER_PIXEL * scale))
  const id = shelf.nextDrawing++
  return `<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="${cx}" cy="${cy}"/><wp:docPr id="${id}" name="Image ${id}"/><wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="${id}" name="Image ${id}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="${relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="${cx}" cy="${cy}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>`
}

function relationTo(shelf: MediaShelf, part: string, image: PackImage): string {
  const file = shelf.files.get(image) ?? embed(shelf, image)
  const key = `${part} ${file}`
  const known = shelf.relations.get(key)
  if (known) return known
  const id = addRelationship(shelf.pkg, part, { type: 'image', target: file.replace(/^word\//, ''), external: false })
  shelf.relations.set(key, id)
  return id
}

function embed(shelf: MediaShelf, image: PackImage): string {
  const extension = image.mime === 'image/png' ? 'png' : 'jpeg'
  while (hasPart(shelf.pkg, `word/media/image${shelf.next}.${extension}`)) shelf.next++
  const name = `word/media/image${shelf.next++}.${extension}`
  setPart(shelf.pkg, name, image.bytes)
  declareType(shelf.pkg, { extension, type: image.mime })
  shelf.files.set(image, name)
  return name
}
