import { noise, turn } from '@pastina/layers';

class Service {
  constructor(@inject() readonly net: never) {
    noise(net, { sigma: 0.1 });
    turn(net);
    turn(net, 1); // pastina-seen D0606
    // pastina-seen D0101 D0606
    turn(net, 2);
    // pastina-seen D0101
    turn(net, 3);
  }
}
