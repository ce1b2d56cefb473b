import { createLazyRoute } from '@tanstack/react-router'
import { NewAssignment } from '../features/assignments/new-assignment.tsx'
import { CreateDialog } from '../features/directory/create-dialog.tsx'

export const Route = createLazyRoute('/frame/assignments/new')({ component: NewPage })

function NewPage() {
  return <NewAssignment Create={CreateDialog} />
}
