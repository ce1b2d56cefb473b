type Kept = Readonly<Record<string, string | null | undefined>> | null | undefined

/** What a person is by profession, with every member of it: what was never said is null. */
export const wholeProfessional = (kept: Kept) =>
  kept && {
    designation: kept['designation'] ?? null,
    qualification: kept['qualification'] ?? null,
    registration_body: kept['registration_body'] ?? null,
    registration_no: kept['registration_no'] ?? null,
    valid_until: kept['valid_until'] ?? null,
  }
