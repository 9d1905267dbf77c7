// The camera, and why there is none.
import { _ } from './texts.js';

/**
 * Open the camera at the back of a phone, or the one there is.
 *
 * @param {HTMLVideoElement} video where it is shown
 * @returns {Promise<MediaStream>}
 * @throws {Error} a sentence for the visitor: why there is none, and what to do
 */
export async function openCamera(video) {
  let stream = null;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: 'environment', width: { ideal: 640 }, height: { ideal: 480 } },
    });
    video.srcObject = stream;
    await video.play();
    return stream;
  } catch (error) {
    closeCamera(stream, video);
    throw new Error(reasonOf(error), { cause: error });
  }
}

/**
 * Switch the camera off.
 *
 * @param {MediaStream | null} stream of it, if it is on
 * @param {HTMLVideoElement} video where it is shown
 */
export function closeCamera(stream, video) {
  for (const track of stream?.getTracks() ?? []) track.stop();
  video.srcObject = null;
}

/** @param {any} error of getUserMedia, or of play */
function reasonOf(error) {
  if (error.name === 'NotFoundError') return _('No camera is connected: choose a photo.');
  if (error.name === 'NotReadableError') return _('Another program uses the camera: close it, or choose a photo.');
  if (forbiddenByFrame()) {
    return _('The page around this one does not let it use the camera: open the course in a tab of its own, or choose a photo. Whoever embeds it writes allow="camera" into its frame.');
  }
  return _('The camera may not be used: allow it in the address bar, or choose a photo.');
}

/**
 * Whether a page of another site shows this one without handing on the camera. Where the browser does
 * not tell, a frame is taken for the reason: the address bar is not the frame's to ask with.
 */
function forbiddenByFrame() {
  if (window.self === window.top) return false;
  const policy = /** @type {any} */ (document).featurePolicy;
  return !policy?.allowsFeature('camera');
}
