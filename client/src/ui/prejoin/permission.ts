/** Whether the browser would ask before it opens the microphone; "prompt" also when it does not tell. */
export type Permission = "granted" | "prompt" | "denied";

export async function microphonePermission(): Promise<Permission> {
  try {
    const status = await navigator.permissions.query({ name: "microphone" as PermissionName });
    return status.state;
  } catch {
    return "prompt";
  }
}
