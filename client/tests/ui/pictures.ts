/** Moving stand-ins for cameras and screens, drawn on canvases: no device, no person's face. */
import type { Participant } from "../../src/core/api";

const WIDTH = 640;
const HEIGHT = 360;
const streams = new Map<string, MediaStream>();

export function paintedStream(participant: Participant, kind: "camera" | "screen"): MediaStream | null {
  const key = `${participant.id}/${kind}`;
  const known = streams.get(key);
  if (known) return known;
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext("2d");
  if (context === null) return null;
  const paint = () => (kind === "camera" ? paintFace(context, participant.id) : paintSlide(context));
  paint();
  setInterval(paint, 200);
  const stream = canvas.captureStream(5);
  streams.set(key, stream);
  return stream;
}

function paintFace(context: CanvasRenderingContext2D, id: string): void {
  const hue = (Number(id.slice(1)) * 47) % 360;
  context.fillStyle = `hsl(${hue} 35% 78%)`;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = `hsl(${(hue + 180) % 360} 30% 40%)`;
  context.beginPath();
  context.ellipse(320, 380, 150, 130, 0, 0, 7);
  context.fill();
  context.fillStyle = `hsl(28 45% ${40 + ((hue * 7) % 35)}%)`;
  context.beginPath();
  context.ellipse(320, 180 + Math.sin(Date.now() / 600) * 3, 72, 92, 0, 0, 7);
  context.fill();
}

function paintSlide(context: CanvasRenderingContext2D): void {
  context.fillStyle = "#fff";
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = "#1b2530";
  context.font = "bold 34px sans-serif";
  context.fillText("What makes a good page?", 40, 80);
  context.font = "22px sans-serif";
  for (const [index, line] of ["One idea at a time", "Words people use", "Room to breathe"].entries())
    context.fillText(`• ${line}`, 60, 150 + index * 50);
}
