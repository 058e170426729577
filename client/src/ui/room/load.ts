/** The room's code: three quarters of the interface, and not needed before somebody joins. */
export const loadRoom = () => import("./Room").then((module) => module.Room);
