export const text: string = "modules";
