#import "shapes.h"

@implementation Square
@synthesize side;

- (int)area {
    return self.side * self.side;
}
@end
