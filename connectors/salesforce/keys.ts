/** The fields by which records are found again. Call ids differ in case only, so both keys are case-sensitive. */

export const PERSON_KEY = 'Altur_Person_Key__c';
/** Of calls the call id, of follow-ups `<call id>:<rule>`; defined on Activity, seen on Task. */
export const TASK_KEY = 'Altur_Call_Id__c';
