/** When everything that the control plane shows was made: the same at every start. */
export const CREATED_AT = "2026-01-01T00:00:00Z";
