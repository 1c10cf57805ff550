import { type Field, field } from './field.ts';

/** The fields that `provision` creates. Fields of `Activity` appear on Task. */
export function alturFields(): [object: string, field: Field][] {
  const key = { unique: true, caseSensitive: true, externalId: true, idLookup: true };
  const people = ['Contact', 'Lead'].flatMap((object): [string, Field][] => [
    [object, field('Altur_Person_Key__c', 'string', key)],
    [object, field('Altur_Status__c', 'string')],
    [object, field('Altur_Tags__c', 'string')],
    [object, field('Altur_Last_Call_At__c', 'datetime')],
  ]);
  return [...people, ['Task', field('Altur_Call_Id__c', 'string', key)]];
}
