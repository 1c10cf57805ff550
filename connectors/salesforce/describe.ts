/** A field as Salesforce describes it: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm */
export interface Describe {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly length?: number;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly unique?: boolean;
  readonly caseSensitive?: boolean;
  readonly externalId?: boolean;
  readonly filterable?: boolean;
  readonly restrictedPicklist?: boolean;
  readonly picklistValues?: readonly {
    readonly value: string;
    readonly label: string;
    readonly active: boolean;
  }[];
}
