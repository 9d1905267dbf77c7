// Where the app lies, which may be below a path.

/** The address of the app, with a slash at its end. */
export const root = () => (window.gradio_config?.root || location.origin).replace(/\/?$/, '/');
