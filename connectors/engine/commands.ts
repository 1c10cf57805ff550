/** The commands that messages advise, as an operator types them. */
export const PROVISION = '`altur-crm-sync provision`';
