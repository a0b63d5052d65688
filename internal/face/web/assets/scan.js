// Reads the code of a place through the camera. Pictures never leave the device; the field below does the same by typing.

const box = document.querySelector('[data-scan]');
const video = box.querySelector('video');
const start = box.querySelector('[data-scan-start]');
const said = box.querySelector('[data-scan-said]');
const form = document.querySelector('.scanform');

// The browser's own reader where it has one for these codes, else the small one that comes with the program.
async function reader() {
  if ('BarcodeDetector' in self && (await BarcodeDetector.getSupportedFormats()).includes('qr_code')) {
    const own = new BarcodeDetector({ formats: ['qr_code'] });
    return async (canvas) => (await own.detect(canvas))[0]?.rawValue;
  }
  if (!self.jsQR) await import(box.dataset.scan);
  return async (canvas) => {
    const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return self.jsQR(data, width, height, { inversionAttempts: 'dontInvert' })?.data;
  };
}

// Of an address on a poster only the code of the place counts; it is never followed, whoever printed it.
const code = (text) => {
  try {
    const [, found] = /^\/p\/([^/]+)$/.exec(new URL(text).pathname) || [];
    return found ? decodeURIComponent(found) : '';
  } catch {
    return /^[\w-]{2,20}$/.test(text) ? text : '';
  }
};

let stream;
const stop = () => {
  stream?.getTracks().forEach((t) => t.stop());
  stream = null;
  video.srcObject = null;
  video.hidden = true;
  start.hidden = false;
};
addEventListener('pagehide', stop);

start.addEventListener('click', async () => {
  said.textContent = box.dataset.looking;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  } catch {
    said.textContent = box.dataset.refused;
    form.elements.code.focus();
    return;
  }
  start.hidden = true;
  video.hidden = false;
  video.srcObject = stream;
  await video.play();
  const read = await reader();
  const canvas = document.createElement('canvas');
  while (stream) {
    const scale = Math.min(1, 800 / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = video.videoWidth * scale;
    canvas.height = video.videoHeight * scale;
    canvas.getContext('2d', { willReadFrequently: true }).drawImage(video, 0, 0, canvas.width, canvas.height);
    const text = canvas.width ? await read(canvas).catch(() => '') : '';
    const place = text && code(text);
    if (place) {
      stop();
      form.elements.code.value = place;
      form.requestSubmit();
      return;
    }
    if (text) said.textContent = box.dataset.foreign;
    await new Promise((done) => setTimeout(done, 150));
  }
});
box.hidden = !navigator.mediaDevices?.getUserMedia;
