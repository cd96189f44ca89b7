#import <Foundation/Foundation.h>

@interface Square : NSObject {
    int side;
}
@property int side;
- (int)area;
@end
